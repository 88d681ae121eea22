#!/usr/bin/env node
// Saves what must not be lost, and puts it back: SQLite of DATA_DIR, or PostgreSQL of DATABASE_URL (with pg_dump and
// pg_restore on PATH). What is in Redis can be lost. See docs/operate.md.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'libsql';

const usage = `node deploy/backup.mjs save FOLDER     writes a new file into the folder, while the service runs
node deploy/backup.mjs restore FILE    puts it in the place of the present data; stop the service before`;

/** Written by the service into DATA_DIR. */
const fileName = 'liqmap.db';

function main([action, path]) {
  // Nobody else reads along while a file is written, whatever the folder allows.
  process.umask(0o077);
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { DATABASE_URL: databaseUrl = '', DATA_DIR: dataFolder = 'data' } = process.env;
  if (path === undefined || !['save', 'restore'].includes(action)) stop(usage);
  const place = databaseUrl === '' ? sqlite(resolve(dataFolder)) : postgres(databaseUrl);
  if (action === 'save') save(place, resolve(path));
  else restore(place, resolve(path));
}

function save(place, folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const file = join(folder, `liqmap-${time}${place.suffix}`);
  const draft = `${file}.part`;
  try {
    place.save(draft);
    place.check(draft);
    // It holds who subscribed to what: nobody else's to read.
    chmodSync(draft, 0o600);
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  process.stdout.write(`${file} (${statSync(file).size} bytes)\n`);
}

function restore(place, file) {
  if (!existsSync(file)) stop(`There is no file ${file}.`);
  if (!file.endsWith(place.suffix))
    stop(`${file} is no backup of ${place.name}: its name ends in ${place.suffix}.`);
  place.check(file);
  place.restore(file);
  process.stdout.write(`${place.name} is as it was in ${file}\n`);
}

function sqlite(folder) {
  const path = join(folder, fileName);
  return {
    name: path,
    suffix: '.db',
    save(file) {
      if (!existsSync(path)) stop(`There is no ${path}. Set DATA_DIR to the folder of the service.`);
      const database = new Database(path, { timeout: 30_000 });
      // One moment of the data in one file, whoever else reads and writes meanwhile: https://www.sqlite.org/lang_vacuum.html
      database.prepare('VACUUM INTO ?').run(file);
      database.close();
    },
    check(file) {
      const database = new Database(file, { readonly: true });
      const [found] = database.prepare('PRAGMA integrity_check').all();
      database.close();
      if (found?.integrity_check !== 'ok') stop(`${file} is damaged: ${found?.integrity_check}`);
    },
    restore(file) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const draft = `${path}.restoring`;
      rmSync(draft, { force: true });
      const database = new Database(file, { readonly: true });
      database.prepare('VACUUM INTO ?').run(draft);
      database.close();
      chmodSync(draft, 0o600);
      const aside = `${path}.before-${Date.now()}`;
      // The log of the present file belongs to it: beside another file it would spoil that one.
      for (const end of ['', '-wal', '-shm']) if (existsSync(path + end)) renameSync(path + end, aside + end);
      renameSync(draft, path);
    },
  };
}

function postgres(address) {
  const url = new URL(address);
  // In the environment, since everybody may read a command line.
  const env = {
    ...process.env,
    PGHOST: url.searchParams.get('host') ?? decodeURIComponent(url.hostname),
    PGPORT: url.port || '5432',
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    ...(url.searchParams.has('sslmode') && { PGSSLMODE: url.searchParams.get('sslmode') }),
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
  };
  const run = (program, words) => {
    const { status, error, stderr } = spawnSync(program, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    if (error) stop(`${program} cannot be run: ${error.message}. Install the client of PostgreSQL.`);
    if (status !== 0) stop(`${program} failed: ${`${stderr}`.trim()}`);
  };
  return {
    name: `the database ${env.PGDATABASE}`,
    suffix: '.dump',
    save: (file) => run('pg_dump', ['--format=custom', '--no-owner', '--no-privileges', `--file=${file}`]),
    check: (file) => run('pg_restore', ['--list', file]),
    restore: (file) =>
      run('pg_restore', [
        ...[
          '--clean',
          '--if-exists',
          '--no-owner',
          '--no-privileges',
          '--single-transaction',
          '--exit-on-error',
        ],
        `--dbname=${env.PGDATABASE}`,
        file,
      ]),
  };
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

main(process.argv.slice(2));
