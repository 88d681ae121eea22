import { parseArgs } from 'node:util';
import { chatFactories } from './app/chats.ts';
import { startApp } from './app.ts';
import { roles as allRoles, type Config, loadConfig, type Role } from './config.ts';
import { errorText, UserError } from './errors.ts';
import { createLog, type Log } from './log.ts';

/** Exit codes: 0 stopped as told, 1 something broke, 2 the person can mend it. */
const broke = 1;
const mendable = 2;

const usage = `Liqmap: liquidation maps for chats, kept fresh.

npm start [-- --roles ROLE,ROLE]

  --roles X     parts of the service that this process runs: ${allRoles.join(', ')}; all unless told

Settings: .env.example. Single maps and checks: npm run liqmap.`;

/** What the command line says wins over the configuration. @throws UserError */
function rolesOf(args: readonly string[], config: Config): readonly Role[] | 'help' {
  const { values } = parsed(args);
  if (values.help) return 'help';
  if (values.roles === undefined) return config.roles;
  const names = values.roles.split(',').map((name) => name.trim().toLowerCase());
  const unknown = names.find((name) => !allRoles.some((role) => role === name));
  if (unknown !== undefined) {
    throw new UserError(`"${unknown}" is not a role. Roles: ${allRoles.join(', ')}.`);
  }
  return allRoles.filter((role) => names.includes(role));
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { roles: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      strict: true,
    });
  } catch (error) {
    throw new UserError(`${errorText(error)}\n\n${usage}`);
  }
}

async function run(args: readonly string[]): Promise<void> {
  const config = loadConfig();
  const roles = rolesOf(args, config);
  if (roles === 'help') {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const log = createLog({ level: config.logLevel });
  const app = startApp({ config, roles, log, chats: chatFactories(config, roles) });
  const stop = async (code: number) => {
    process.exitCode = code;
    await app.stop().catch((error) => {
      process.exitCode = broke;
      log.error('not everything was closed', { error });
    });
    // Everything is closed; whatever a library still holds must not keep the process.
    process.exit();
  };
  let told = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      log.info('told to stop', { signal });
      // Who tells twice does not want to wait.
      if (told) process.exit(broke);
      told = true;
      void stop(0);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => {
      log.error('a defect; the service stops', { event, error });
      void stop(broke);
    });
  }
  try {
    await app.started;
  } catch (error) {
    if (told) return;
    explain(error, log);
    await stop(error instanceof UserError ? mendable : broke);
  }
}

function explain(error: unknown, log: Log): void {
  if (error instanceof UserError) process.stderr.write(`${error.message}\n`);
  else log.error('the service cannot start', { error });
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof UserError ? error.message : (error as Error).stack}\n`);
  process.exitCode = error instanceof UserError ? mendable : broke;
}
