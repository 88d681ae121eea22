import { alertTexts } from '../../commands/alert-texts.ts';
import type { Reply } from '../../commands/command.ts';
import type { AlertMessage } from '../alerts/channel.ts';

/** An alert as chats show any other answer: what it says, the coin's map, and a way to have peace. */
export function alertReply({
  text,
  picture,
  isNotice,
}: Pick<AlertMessage, 'text' | 'picture' | 'isNotice'>): Reply {
  if (isNotice) return { text };
  const mute = { label: alertTexts.button.mute, command: 'alerts', words: { action: 'mute' } };
  return { text, ...(picture && { picture }), buttons: [[mute]] };
}
