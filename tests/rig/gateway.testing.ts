/** A push proxy gateway that only takes pushes, behind Grove's PAP server on a socket: what it answers is up to the test. */
import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Answer,
  type Credentials,
  type NotifyOutcome,
  type PushService,
  papServer,
  RESULT,
  type ResultNotification,
  resultNotifier,
  type Submission,
} from '@grove/push';

export interface TestGateway {
  readonly url: string;
  /** What a server is opened with that is to push by it. */
  readonly credentials: Credentials;
  /** Pushes that it has taken, the oldest first. */
  readonly pushes: readonly Submission[];
  /** Names of pushes that it was told to leave. */
  readonly cancelled: readonly string[];
  /** Every request to submit, those included that were answered otherwise or not at all. */
  readonly asked: readonly Submission[];
  /** Resolves once so many pushes have been taken, with the newest of them. */
  pushed(count: number): Promise<Submission>;
  /** Resolves once so many were asked for. */
  askedFor(count: number): Promise<Submission>;
  /** How the next requests to submit are answered; `hang` = never, `lose` = it is taken and the connection broken. */
  answer: Answer | 'accept' | 'hang' | 'lose';
  /** Reports to the server what became of a push. */
  report(
    push: Submission,
    credentials: Credentials,
    result: Partial<ResultNotification>,
  ): Promise<NotifyOutcome>;
  /** Stops listening, and goes on at the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const CREDENTIALS: Credentials = { user: 'grove', password: 'what the gateway knows' };

export async function startGateway(): Promise<TestGateway> {
  const news = new EventEmitter();
  const pushes: Submission[] = [];
  const asked: Submission[] = [];
  const cancelled: string[] = [];
  const notifier = resultNotifier();
  let server: Server | undefined;
  let port = 0;

  const service: PushService = {
    async submit(submission) {
      asked.push(submission);
      news.emit('asked');
      const { answer } = gateway;
      if (answer === 'hang') return new Promise(() => {});
      if (typeof answer === 'object') return answer;
      if (pushes.some(({ pushId }) => pushId === submission.pushId)) return RESULT.duplicatePushId;
      pushes.push(submission);
      news.emit('pushed');
      if (answer !== 'lose') return RESULT.accepted;
      server?.closeAllConnections();
      return new Promise(() => {});
    },
    async cancel({ pushId }) {
      cancelled.push(pushId);
      news.emit('cancelled');
      return [{ code: RESULT.ok.code }];
    },
    statusQuery: async () => [{ state: 'unknown', code: RESULT.pushIdNotFound.code }],
    ccq: async () => RESULT.notImplemented,
  };
  const listener = papServer({
    service,
    authenticate: (given) =>
      given?.user === CREDENTIALS.user && given.password === CREDENTIALS.password
        ? { name: given.user }
        : undefined,
    onFailure: (error) => {
      throw error;
    },
  });

  const gateway: TestGateway = {
    get url() {
      return `http://127.0.0.1:${port}/pap`;
    },
    credentials: CREDENTIALS,
    pushes,
    asked,
    cancelled,
    answer: 'accept',
    pushed: (count) => reached(news, 'pushed', pushes, count),
    askedFor: (count) => reached(news, 'asked', asked, count),
    report: ({ pushId, notifyRequestedTo = '', addresses, version }, credentials, result) =>
      notifier.notify(
        { url: notifyRequestedTo, credentials, version },
        {
          pushId,
          state: 'delivered',
          code: RESULT.ok.code,
          eventTime: Date.now(),
          address: addresses[0]?.text ?? '',
          ...result,
        },
      ),
    async stop() {
      const stopped = server;
      server = undefined;
      if (stopped === undefined) return;
      stopped.closeAllConnections();
      await new Promise((resolve) => stopped.close(resolve));
    },
    async close() {
      notifier.close();
      await gateway.stop();
    },
    async start() {
      const started = createServer(listener);
      server = started;
      await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve));
      port = (started.address() as AddressInfo).port;
    },
  };
  await gateway.start();
  return gateway;
}

async function reached<T>(news: EventEmitter, event: string, list: readonly T[], count: number): Promise<T> {
  while (list.length < count) await once(news, event);
  const found = list[count - 1];
  if (found === undefined) throw new Error('there is none');
  return found;
}
