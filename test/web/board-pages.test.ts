import { describe, expect, it } from 'vitest';
import { filledPage, pathReader } from '../../src/web/board-pages.ts';

describe('a path with names in it', () => {
  it('gives what stands at each name, as it was before it was encoded', () => {
    const read = pathReader('/api/queues/:queue/:job');
    expect(read('/api/queues/compute/ETH%2F7d')).toEqual({ queue: 'compute', job: 'ETH/7d' });
    expect(read('/api/queues/a/%E0%A4%A')).toEqual({ queue: 'a', job: '%E0%A4%A' });
  });

  it('is no other path', () => {
    const read = pathReader('/queue/:name');
    for (const path of ['/queue', '/queue/', '/queue/a/b', '/x/queue/a']) expect(read(path)).toBeUndefined();
  });
});

describe('a page', () => {
  it('takes text as text, and HTML as it is', () => {
    const page = '<b><%= title %></b><%- script %><%=title%>';
    expect(filledPage(page, { title: '<i>"&', script: '<script>' })).toBe(
      '<b>&#60;i&#62;&#34;&#38;</b><script>&#60;i&#62;&#34;&#38;',
    );
  });
});
