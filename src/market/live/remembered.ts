/**
 * Asks once and hands everybody the same answer until it is `ttlMs` old. Callers at the same time share one question;
 * a failure is not remembered.
 */
export function remembered<T>(
  ask: () => Promise<T>,
  options: { readonly ttlMs: number; readonly nowMs: () => number },
): () => Promise<T> {
  let kept: { readonly answer: Promise<T>; readonly atMs: number } | undefined;
  return () => {
    const nowMs = options.nowMs();
    // From the future: the clock was set back, and its age is not known.
    const isFresh = kept !== undefined && nowMs >= kept.atMs && nowMs - kept.atMs < options.ttlMs;
    if (kept && isFresh) return kept.answer;
    const answer = ask();
    const mine = { answer, atMs: nowMs };
    kept = mine;
    answer.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return answer;
  };
}
