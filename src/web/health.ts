import { within } from '../deadline.ts';
import { errorText } from '../errors.ts';

/** How one part of the service does. */
export type PartHealth = {
  readonly ok: boolean;
  readonly detail: string;
  /** Since its last sign of life, or since it is as it is. */
  readonly ageMs?: number;
  /** The service can do its work without it. */
  readonly optional?: true;
};

export type HealthCheck = { readonly part: string; read(): Promise<PartHealth> };

export type Health = { readonly ok: boolean; readonly parts: Readonly<Record<string, PartHealth>> };

/** Reads all parts; one that fails or takes long is not well. */
export async function readHealth(checks: readonly HealthCheck[], timeLimitMs = 2_000): Promise<Health> {
  const parts = await Promise.all(
    checks.map(async ({ part, read }) => [part, await readInTime(read, timeLimitMs)] as const),
  );
  return { ok: parts.every(([, { ok, optional }]) => ok || optional), parts: Object.fromEntries(parts) };
}

async function readInTime(read: () => Promise<PartHealth>, timeLimitMs: number): Promise<PartHealth> {
  try {
    return await within(read(), timeLimitMs, `no answer within ${timeLimitMs} ms`);
  } catch (error) {
    return { ok: false, detail: errorText(error) };
  }
}
