/** How a device is to be asked to call: what an operator gives, what is kept, and what the server adds where he says nothing. */
import { Name } from '@grove/api';
import { REASON_LIMITS, UI_MODES } from '@grove/protocol';
import { type Static, Type } from 'typebox';

const text = (most: number, description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: most, description }));

/** What the user is told, in words. */
export const ReasonTexts = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: REASON_LIMITS.text, description: 'Why the server asks' }),
    consequence: text(REASON_LIMITS.consequence, 'What it means to refuse'),
    legalNotice: text(REASON_LIMITS.legalNotice, 'Legal notice'),
    language: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$',
        maxLength: REASON_LIMITS.language,
        description: 'Language of the texts, such as en or pt-BR',
      }),
    ),
  },
  { additionalProperties: false, title: 'ReasonTexts', description: 'What the user is told' },
);
export type ReasonTexts = Static<typeof ReasonTexts>;

/** What the user is told, in the words of a template. */
export const TemplateUse = Type.Object(
  {
    template: Name,
    values: Type.Optional(
      Type.Record(Type.String({ maxLength: 64 }), Type.String({ maxLength: 1000 }), {
        description: "Values of the template's variables",
      }),
    ),
  },
  { additionalProperties: false, title: 'TemplateUse', description: 'The name of a reason template' },
);

/** Formats by the versions of DM that have them. */
export const WISHED_FORMATS = ['1.1.2', '1.2', '1.3'] as const;

export const ON_REFUSAL = ['keep', 'fail'] as const;

export const PRIORITIES = ['high', 'medium', 'low'] as const;

const DAY = 24 * 60 * 60;

/** How a device is to be asked to call, as operators say it. */
export const Wish = Type.Object(
  {
    uiMode: Type.Optional(
      Type.Enum(UI_MODES, {
        description:
          'How the device treats its user; user-interaction where there is a reason, else background, when absent',
      }),
    ),
    initiator: Type.Optional(
      Type.Enum(['user', 'server'], { description: 'Who is the cause of the session; server when absent' }),
    ),
    reason: Type.Optional(
      Type.Union([ReasonTexts, TemplateUse], {
        description: 'What the user is told: texts, or a template, whose texts of now are kept',
      }),
    ),
    format: Type.Optional(
      Type.Enum(WISHED_FORMATS, { description: 'Version of DM whose notification is sent; 1.2 when absent' }),
    ),
    bearers: Type.Optional(
      Type.Array(
        Type.String({
          minLength: 1,
          maxLength: 32,
          pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
          description: 'Name',
        }),
        {
          minItems: 1,
          maxItems: 10,
          description:
            "Bearers in the order in which they are tried, such as sms and sip; when absent the server's, or the gateway's choice",
        },
      ),
    ),
    callWithin: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 7 * DAY,
        description:
          "Seconds after which the next bearer is tried unless the device has called; the server's when absent",
      }),
    ),
    expiresIn: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 30 * DAY,
        description: "Seconds for which the notification is good; the server's when absent",
      }),
    ),
    priority: Type.Optional(Type.Enum(PRIORITIES, { description: 'For the gateway; medium when absent' })),
    onRefusal: Type.Optional(
      Type.Enum(ON_REFUSAL, {
        description:
          'What becomes of the work when the user refuses: it fails, or is kept for the next session; fail where the ui-mode is user-interaction, else keep, when absent',
      }),
    ),
  },
  {
    additionalProperties: false,
    title: 'NotificationWish',
    description: 'How devices are asked to call by notifications (Package #0)',
  },
);
export type Wish = Static<typeof Wish>;

/** What is done where a wish says nothing, and what the server does of its own. */
export interface NotificationPolicy {
  /**
   * Bearers in the order in which they are tried, each where the device has an address for it. When absent the gateway
   * chooses, and the addresses are tried in the order of their kinds.
   */
  readonly bearers?: readonly string[] | undefined;
  /** Seconds after which the next bearer is tried. */
  readonly callWithin: number;
  /** Seconds for which a notification is good. */
  readonly expiresIn: number;
  /** How often each bearer is tried. */
  readonly rounds: number;
  /** Whether the last attempt is made with the resynchronisation nonce. */
  readonly resync: boolean;
}

export const DEFAULT_POLICY: NotificationPolicy = {
  callWithin: 15 * 60,
  expiresIn: DAY,
  rounds: 2,
  resync: true,
};

/** A wish with nothing left open. */
export interface Settled {
  readonly uiMode: NonNullable<Wish['uiMode']>;
  readonly initiator: NonNullable<Wish['initiator']>;
  readonly format: NonNullable<Wish['format']>;
  readonly bearers: readonly string[] | undefined;
  /** Milliseconds. */
  readonly callWithin: number;
  /** Milliseconds. */
  readonly expiresIn: number;
  readonly priority: NonNullable<Wish['priority']>;
  readonly onRefusal: NonNullable<Wish['onRefusal']>;
}

function uiModeOf({ uiMode, reason }: Wish): Settled['uiMode'] {
  return uiMode ?? (reason === undefined ? 'background' : 'user-interaction');
}

/** What becomes of the work when the user refuses: what he was asked about is not done behind his back. */
export function onRefusalOf(wish: Wish): Settled['onRefusal'] {
  return wish.onRefusal ?? (uiModeOf(wish) === 'user-interaction' ? 'fail' : 'keep');
}

export function settled(wish: Wish, policy: NotificationPolicy): Settled {
  return {
    uiMode: uiModeOf(wish),
    initiator: wish.initiator ?? 'server',
    format: wish.format ?? '1.2',
    bearers: wish.bearers ?? policy.bearers,
    callWithin: (wish.callWithin ?? policy.callWithin) * 1000,
    expiresIn: (wish.expiresIn ?? policy.expiresIn) * 1000,
    priority: wish.priority ?? 'medium',
    onRefusal: onRefusalOf(wish),
  };
}
