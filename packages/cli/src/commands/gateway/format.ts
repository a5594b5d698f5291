import type { PushBearer, PushDetail } from '../../api/index.ts';
import {
  type Column,
  formatBytes,
  formatFacts,
  formatTime,
  printable,
  style,
  styleState,
  tableLines,
} from '../../output/index.ts';

/**
 * A push with its life, for people.
 *
 * @param bearer what it is queued for
 */
export function formatPush(push: PushDetail, bearer: PushBearer | undefined): string[] {
  return [
    ...formatFacts({
      Push: `${push.id} (${push.pushId} of ${push.client})`,
      State: { text: push.state, style: styleState },
      Last: push.text,
      To:
        push.target === null || push.target === push.address
          ? push.address
          : `${push.address}, at ${push.target}`,
      Over: push.bearer === null ? 'no bearer' : `${push.bearer}, ${timesOf(push.attempts)}`,
      'Waits for':
        bearer?.state === 'up'
          ? undefined
          : bearer && `${bearer.name}, which is ${bearer.state}: ${bearer.text}`,
      'Named there': push.references.length === 0 ? undefined : referencesOf(push),
      Content: `${push.contentType}, ${formatBytes(push.size)}`,
      Application: push.applicationId ?? undefined,
      Wants: wishesOf(push),
      Submitted: formatTime(push.submittedAt),
      'Not before': push.deliverAfter === null ? undefined : formatTime(push.deliverAfter),
      'Next attempt': push.dueAt === null ? undefined : formatTime(push.dueAt),
      Expires: push.endedAt === null ? formatTime(push.expiresAt) : undefined,
      Ended: push.endedAt === null ? undefined : formatTime(push.endedAt),
      Reports: push.notifyTo ?? 'to nobody',
    }),
    ...section('What happened', EVENTS, push.events),
    ...section('What the initiator was told', REPORTS, push.notifications),
  ];
}

const EVENTS: readonly Column<PushDetail['events'][number]>[] = [
  { title: 'AT', value: ({ at }) => formatTime(at) },
  { title: 'WHAT', value: ({ kind }) => kind, style: styleState },
  { title: 'BEARER', value: ({ bearer }) => bearer },
  { title: 'SAYS', value: ({ text }) => text },
];

const REPORTS: readonly Column<PushDetail['notifications'][number]>[] = [
  { title: 'STATE', value: ({ state }) => state, style: styleState },
  { title: 'TRIES', value: ({ attempts }) => attempts, align: 'right' },
  { title: 'TO', value: ({ url }) => url },
  { title: 'SAYS', value: ({ text }) => text },
];

function section<T>(title: string, columns: readonly Column<T>[], rows: readonly T[]): string[] {
  return rows.length === 0 ? [] : ['', style('bold', title), ...tableLines(columns, rows)];
}

const timesOf = (attempts: number): string =>
  attempts === 0 ? 'not tried yet' : attempts === 1 ? 'tried once' : `tried ${attempts} times`;

const referencesOf = ({ references }: PushDetail): string =>
  references.map(({ bearer, reference }) => `${reference} (${bearer})`).join(', ');

/** How its initiator wants it to travel; undefined where it is all the same. */
function wishesOf({ quality }: PushDetail): string | undefined {
  const { priority, deliveryMethod, network, networkRequired, bearer, bearerRequired } = quality;
  const wishes = [
    ...(priority === 'medium' ? [] : [`${priority} priority`]),
    ...(deliveryMethod === 'notspecified' ? [] : [`delivery ${DELIVERY[deliveryMethod]}`]),
    ...(network === undefined ? [] : [`network ${network}${networkRequired ? ' and no other' : ''}`]),
    ...(bearer === undefined ? [] : [`bearer ${bearer}${bearerRequired ? ' and no other' : ''}`]),
  ];
  return wishes.length === 0 ? undefined : printable(wishes.join(', '));
}

const DELIVERY = {
  confirmed: 'confirmed',
  preferconfirmed: 'confirmed, if it can be',
  unconfirmed: 'not confirmed',
} as const;
