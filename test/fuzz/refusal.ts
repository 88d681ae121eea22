import { UserError } from '../../src/errors.ts';

/** What a door said: its answer, or why not, in words for whoever asked. Whatever else is thrown is a defect. */
export async function answerOrRefusal<Answer>(
  ask: () => Promise<Answer> | Answer,
  isRefusal: (error: unknown) => boolean = (error) => error instanceof UserError,
): Promise<{ readonly answer: Answer } | { readonly refusal: string }> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { refusal: (error as Error).message };
  }
}
