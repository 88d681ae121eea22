import { createHmac, randomBytes } from 'node:crypto';
import type { InstallationNotes } from '../store/installation.ts';

/** What stands for an address wherever positions are kept. */
export type TraderName = (venue: string, address: string) => string;

const keyName = 'trader-key';
const keyBytes = 32;
const nameLength = 32;

/**
 * Names for addresses: a keyed hash, always the same within this installation and of no use in another. The key is drawn
 * once and kept in the store. Addresses are public, so whoever has the key can try them all: it hides them from who has
 * positions, logs or maps, not from who has the whole store.
 */
export async function openTraderNames(notes: InstallationNotes): Promise<TraderName> {
  const key = await notes.getOrPut(keyName, randomBytes(keyBytes).toString('hex'));
  return (venue, address) =>
    createHmac('sha256', Buffer.from(key, 'hex'))
      .update(`${venue} ${address.toLowerCase()}`)
      .digest('hex')
      .slice(0, nameLength);
}
