import { randomBytes } from 'node:crypto';
import { type ClientOptions, type Credentials, papClient, sentence } from '../http/index.ts';
import { isSuccess, type PapMessage, type PapVersion, RESULT } from '../message/index.ts';
import type { ResultNotification } from '../service.ts';
import { answerTo, refused } from './answer.ts';
import type { NotifyOutcome } from './outcome.ts';

/** Where a gateway reports to: the URL that the initiator named, and what it wants there. */
export interface NotifyTarget {
  readonly url: string;
  readonly credentials?: Credentials | undefined;
  /** In which the push was submitted. */
  readonly version: PapVersion;
}

/** A gateway's end of result notifications. */
export interface Notifier {
  /** Never rejects but by its signal. */
  notify(
    target: NotifyTarget,
    notification: ResultNotification,
    signal?: AbortSignal,
  ): Promise<NotifyOutcome>;
  /** Ends its connections. */
  close(): void;
}

const isGood = (status: number): boolean => status >= 200 && status <= 299;

/** Tells initiators over HTTP what became of their pushes (PAP 2.1, resultnotification-message). */
export function resultNotifier(options: ClientOptions = {}): Notifier {
  const client = papClient('the initiator', randomBytes, options);
  return {
    async notify({ url, credentials, version }, notification, signal) {
      const target = URL.parse(url);
      if (!target) return refused(RESULT.badRequest.code, `${JSON.stringify(url.slice(0, 80))} is no URL`);
      const message: PapMessage = { name: 'resultnotification-message', ...notification };
      const exchange = await client.ask(
        target,
        credentials,
        { document: { version, message }, parts: [] },
        signal,
      );
      // Initiators are known that say by HTTP alone that they have it.
      if (exchange.kind === 'unreachable' && exchange.status !== undefined && isGood(exchange.status)) {
        return { kind: 'taken', text: `the initiator answers with HTTP ${exchange.status}` };
      }
      const answer = answerTo(exchange, 'resultnotification-response', message);
      if (answer.kind !== 'answered') return answer;
      const { code, desc } = answer.message;
      const text = sentence(code, desc);
      return isSuccess(code) ? { kind: 'taken', text } : refused(code, text);
    },
    close: () => client.close(),
  };
}
