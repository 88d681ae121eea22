/**
 * How a chat platform ends, in milliseconds from when it is told to: until when answers that people wait for are sent,
 * when what is under way to the platform is cut, and when whatever still hangs is left to itself. Who asks in the last
 * moment is told to come back, within `lastMs`.
 */
export const ending = { answersMs: 3_000, requestsMs: 3_500, leaveMs: 4_000, lastMs: 500 } as const;
