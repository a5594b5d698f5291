import { decodeMessage, describeSpoken, MalformedError } from '@grove/protocol';
import type { Command } from 'commander';
import { type Session, type SessionMessage, segment } from '../../api/index.ts';
import {
  type Column,
  formatBytes,
  formatFacts,
  formatLines,
  formatTime,
  styleState,
} from '../../output/index.ts';
import { addExamples } from '../../program/index.ts';
import { defineCall } from '../call.ts';
import { defineListing } from '../listing.ts';

const COLUMNS: readonly Column<Session>[] = [
  { title: 'ID', value: ({ id }) => id, align: 'right' },
  { title: 'DEVICE', value: ({ devId }) => devId },
  { title: 'STARTED', value: ({ startedAt }) => formatTime(startedAt) },
  { title: 'OUTCOME', value: ({ outcome }) => outcome ?? 'open', style: styleState },
  { title: 'ENCODING', value: ({ encoding }) => encoding },
  { title: 'MESSAGES', value: ({ messages }) => messages, align: 'right' },
  { title: 'BYTES', value: ({ bytesIn, bytesOut }) => formatBytes(bytesIn + bytesOut), align: 'right' },
  { title: 'REASON', value: ({ reason }) => reason ?? '' },
];

export function define(command: Command): void {
  addExamples(command, ['grove sessions ls --device IMEI:490154203237518', 'grove sessions show 40']);
  defineListing(command, {
    summary: 'list sessions, the newest first',
    path: 'sessions',
    columns: COLUMNS,
    empty: 'No sessions.',
    filters: [
      { name: 'device', argument: 'device', description: 'only those of a device, by its DevId or id' },
      {
        name: 'outcome',
        argument: 'outcome',
        description: 'only those that ended so',
        choices: ['open', 'completed', 'aborted', 'refused', 'superseded', 'expired'],
      },
    ],
    examples: ['grove sessions ls', 'grove sessions ls --device IMEI:490154203237518 --outcome refused'],
  });
  defineCall(command, {
    usage: 'show <id>',
    summary: 'show a session as a conversation',
    examples: ['grove sessions show 40', 'grove sessions show 40 --json'],
    async run(api, [id = '']) {
      const session = await api.get<Session>(`sessions/${segment(id)}`);
      const { items } = await api.list<SessionMessage>(`sessions/${segment(id)}/messages`, {}, 0);
      return {
        json: { ...session, conversation: items },
        lines: () => [
          ...formatSession(session),
          ...items.flatMap((message) => ['', ...formatMessage(message)]),
        ],
      };
    },
  });
}

function formatSession(session: Session): string[] {
  return formatFacts({
    Session: `${session.id} (${session.sessionId} to the device)`,
    Device: session.devId,
    From: session.remote,
    Started: formatTime(session.startedAt),
    Ended: session.endedAt === null ? 'still open' : `${formatTime(session.endedAt)}, ${session.outcome}`,
    Reason: session.reason ?? undefined,
    Messages: `${session.messages}, ${formatBytes(session.bytesIn)} from the device, ${formatBytes(session.bytesOut)} to it`,
  });
}

function formatMessage({ direction, raw, encoding, at, deviations, notes, error }: SessionMessage): string[] {
  const bytes = Buffer.from(raw, 'base64');
  const remarks = error === null ? notes : [...notes, error];
  let decoded: ReturnType<typeof decodeMessage> | undefined;
  try {
    decoded = decodeMessage(bytes, encoding);
  } catch (failure) {
    if (!(failure instanceof MalformedError)) throw failure;
  }
  const spoken = { direction, bytes: bytes.length, encoding, time: formatTime(at), decoded, remarks };
  return formatLines([describeSpoken({ ...spoken, findings: deviations })]);
}
