import { Client } from 'pg';
import { afterAll } from 'vitest';

/** Gives places in one database: each the address of a schema of its own, dropped at the end of the test file. */
export function postgresPlaces(url: string): () => Promise<{ readonly url: string }> {
  const schemas: string[] = [];
  afterAll(async () => {
    for (const schema of schemas) await ask(url, `drop schema ${schema} cascade`);
  });
  return async () => {
    const schema = `liqmap_test_${process.pid}_${Date.now()}_${schemas.length}`;
    schemas.push(schema);
    await ask(url, `create schema ${schema}`);
    const place = new URL(url);
    place.searchParams.set('options', `-c search_path=${schema}`);
    return { url: place.href };
  };
}

/** One statement over a connection of its own. */
export async function ask(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
