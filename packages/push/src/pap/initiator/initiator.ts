import { randomBytes } from 'node:crypto';
import { type Address, formatAddress } from '../../address/index.ts';
import type { PushContent } from '../../bearer/index.ts';
import type { Part } from '../entity/index.ts';
import { type ClientOptions, type Credentials, papClient, sentence } from '../http/index.ts';
import {
  canCarry,
  isSuccess,
  type MessageName,
  type MessageOf,
  NEWEST,
  type PapMessage,
  type PapVersion,
  RESULT,
  versionBefore,
} from '../message/index.ts';
import type { Quality, Submission } from '../service.ts';
import { answerTo, type Expected, refused } from './answer.ts';
import type { CancelOutcome, CapabilityOutcome, StatusOutcome, SubmitOutcome } from './outcome.ts';

export interface InitiatorOptions extends ClientOptions {
  /** Where the gateway takes PAP. */
  readonly url: string;
  readonly credentials?: Credentials | undefined;
  /** How the gateway is called in addresses, behind `@`: `ppg.carrier.example`. */
  readonly gateway?: string | undefined;
  /** The newest version that is spoken, 2.1 unless told otherwise; where the gateway says 3002, the one before it is. */
  readonly version?: PapVersion | undefined;
}

/** A push to submit: what is left out is as the standard says. Times are in milliseconds since the epoch. */
export interface Push
  extends Pick<
    Partial<Submission>,
    | 'replaces'
    | 'deliverBefore'
    | 'deliverAfter'
    | 'sourceReference'
    | 'progressNotesRequested'
    | 'notifyRequestedTo'
    | 'capabilities'
  > {
  /** Unique among all of this initiator's, for ever. By it a push that is submitted again is known. */
  readonly pushId: string;
  readonly addresses: readonly Address[];
  readonly content: PushContent;
  readonly quality?: Partial<Quality> | undefined;
}

/**
 * A push initiator: what a gateway of anyone's is asked to do. No method rejects but by its signal, and with a RangeError
 * for what PAP cannot carry.
 */
export interface PushInitiator {
  submit(push: Push, signal?: AbortSignal): Promise<SubmitOutcome>;
  /** @param addresses none means all */
  cancel(pushId: string, addresses?: readonly Address[], signal?: AbortSignal): Promise<CancelOutcome>;
  /** @param addresses none means all */
  statusQuery(pushId: string, addresses?: readonly Address[], signal?: AbortSignal): Promise<StatusOutcome>;
  ccq(address: Address, appId?: string, signal?: AbortSignal): Promise<CapabilityOutcome>;
  /** Ends its connections. */
  close(): void;
}

/** @throws {TypeError} for a URL that is none */
export function pushInitiator(options: InitiatorOptions): PushInitiator {
  const { credentials, gateway } = options;
  let spoken = options.version ?? NEWEST;
  const url = new URL(options.url);
  const client = papClient('the gateway', randomBytes, options);
  const written = (addresses: readonly Address[] | undefined) =>
    addresses?.length ? addresses.map((address) => formatAddress(address, gateway)) : undefined;

  const ask = async <N extends MessageName>(
    message: PapMessage,
    parts: readonly Part[],
    expected: N,
    signal?: AbortSignal,
  ): Promise<Expected<N>> => {
    for (let version = spoken; ; ) {
      const exchange = await client.ask(url, credentials, { document: { version, message }, parts }, signal);
      const answer = answerTo(exchange, expected, message);
      const wanted = answer.kind === 'refused' && answer.code === RESULT.versionNotSupported.code;
      const older = wanted ? versionBefore(version) : undefined;
      if (older === undefined || !canCarry(older, message)) return answer;
      spoken = version = older;
    }
  };

  return {
    async submit(push, signal) {
      const { addresses, content, capabilities, replaces, quality, progressNotesRequested, ...rest } = push;
      const message: MessageOf<'push-message'> = {
        name: 'push-message',
        pushId: rest.pushId,
        deliverBefore: rest.deliverBefore,
        deliverAfter: rest.deliverAfter,
        sourceReference: rest.sourceReference,
        notifyRequestedTo: rest.notifyRequestedTo,
        progressNotesRequested,
        replacePushId: replaces?.pushId,
        replaceMethod: replaces?.method,
        addresses: written(addresses) ?? [],
        qualityOfService: quality,
      };
      const parts = [contentPart(content), ...(capabilities ? [capabilitiesPart(capabilities)] : [])];
      const answer = await ask(message, parts, 'push-response', signal);
      if (answer.kind !== 'answered') return answer;
      const { code, desc } = answer.message.result;
      const text = sentence(code, desc);
      if (isSuccess(code)) {
        return { kind: 'accepted', code, text, progressNotes: answer.message.progressNotes ?? [] };
      }
      if (code !== RESULT.duplicatePushId.code) return refused(code, text);
      return answer.repeated
        ? { kind: 'accepted', code, text, progressNotes: [] }
        : { kind: 'duplicate', text };
    },
    async cancel(pushId, addresses, signal) {
      const message = { name: 'cancel-message', pushId, addresses: written(addresses) } as const;
      const answer = await ask(message, [], 'cancel-response', signal);
      return answer.kind === 'answered' ? { kind: 'answered', results: answer.message.results } : answer;
    },
    async statusQuery(pushId, addresses, signal) {
      const message = { name: 'statusquery-message', pushId, addresses: written(addresses) } as const;
      const answer = await ask(message, [], 'statusquery-response', signal);
      return answer.kind === 'answered' ? { kind: 'answered', results: answer.message.results } : answer;
    },
    async ccq(address, appId, signal) {
      const queryId = randomBytes(8).toString('hex');
      const message = {
        name: 'ccq-message',
        queryId,
        appId,
        address: formatAddress(address, gateway),
      } as const;
      const answer = await ask(message, [], 'ccq-response', signal);
      if (answer.kind !== 'answered') return answer;
      const { code, desc } = answer.message;
      const text = sentence(code, desc);
      if (!isSuccess(code)) return refused(code, text);
      const capabilities = answer.parts[0]?.body;
      return { kind: 'answered', code, text, ...(capabilities ? { capabilities } : {}) };
    },
    close: () => client.close(),
  };
}

/** HTTP carries bytes as they are; a Content-Transfer-Encoding that says so is sent to the terminal by some gateways. */
function contentPart({ contentType, applicationId, headers, body }: PushContent): Part {
  return {
    headers: [
      ['Content-Type', contentType],
      ...(applicationId === undefined ? [] : [['X-Wap-Application-Id', applicationId] as const]),
      ...headers,
    ],
    body,
  };
}

function capabilitiesPart(body: Uint8Array): Part {
  return { headers: [['Content-Type', 'application/rdf+xml']], body };
}
