import type { Frame, OpenSocket, SocketEvents } from '../../../../src/market/live/sockets.ts';

/** One socket that was asked for, worked by the test in the venue's place. */
export type FakeSocket = {
  readonly url: string;
  readonly sent: Frame[];
  isCut: boolean;
  open(): void;
  say(message: unknown): void;
  pong(): void;
  drop(reason?: string): void;
};

/** Sockets without a network. The newest is last. */
export function fakeSockets(): {
  readonly open: OpenSocket;
  readonly sockets: FakeSocket[];
  refuse: boolean;
} {
  const sockets: FakeSocket[] = [];
  const fake = {
    sockets,
    refuse: false,
    open: async (url: string, events: SocketEvents) => {
      if (fake.refuse) throw new Error('connection refused');
      const socket: FakeSocket = {
        url,
        sent: [],
        isCut: false,
        open: () => events.opened(stream),
        say: (message) => events.received(message),
        pong: () => events.alive(),
        drop: (reason = 'closed by the venue (code 1006)') => events.closed(reason),
      };
      const stream = {
        send: (frame: Frame) => void socket.sent.push(frame),
        close: async () => {
          socket.isCut = true;
        },
      };
      sockets.push(socket);
      return stream;
    },
  };
  return fake;
}
