import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { anyKind, type JobKind, jobHandler, matchHandlers } from '../../src/jobs/kind.ts';
import { jobKinds } from '../../src/jobs/map-kinds.ts';

const kind = (name: string): JobKind<string, string> => ({
  name,
  queue: 'compute',
  payload: z.string(),
  result: z.string(),
  attempts: 1,
  backOffMs: 1,
  timeLimitMs: 1,
});
const [draw, send] = [kind('draw'), kind('send')];
const handler = (of: JobKind<string, string>) => jobHandler(of, async (text) => text);

describe('the kinds of job', () => {
  it('each have the handler that is theirs', () => {
    const handlers = [handler(send), handler(draw)];
    expect(matchHandlers([anyKind(draw), anyKind(send)], handlers).get('send')).toBe(handlers[0]);
  });

  it.each([
    ['without a handler', [draw, send], [draw], 'send has no handler'],
    ['with two handlers', [draw], [draw, draw], 'draw has two handlers'],
    ['of the same name', [draw, kind('draw')], [draw], 'two kinds of job are named draw'],
    ['that are handled but not listed', [draw], [draw, send], 'send is handled but not listed'],
  ])('stop the start %s', (_, kinds, handled, problem) => {
    expect(() => matchHandlers(kinds.map(anyKind), handled.map(handler))).toThrow(problem);
  });

  it('of the service have names of their own, and are tried for a while', () => {
    expect(new Set(jobKinds.map(({ name }) => name)).size).toBe(jobKinds.length);
    for (const { attempts, backOffMs, timeLimitMs } of jobKinds) {
      expect(attempts).toBeGreaterThanOrEqual(1);
      expect(backOffMs).toBeGreaterThan(0);
      expect(timeLimitMs).toBeGreaterThan(0);
    }
  });
});
