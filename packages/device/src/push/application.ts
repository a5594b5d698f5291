import { NOTIFICATION_FORMATS } from '@grove/protocol';
import { DM_APPLICATION, type ReceivedPush } from '@grove/push';

/** What on a phone takes pushes (WAP push: application addressing). */
export interface PushApplication {
  /** As in X-Wap-Application-Id. */
  readonly id: string;
  /** Media types of what it takes, in lower case and without parameters. */
  readonly mediaTypes: readonly string[];
}

/** Device management, which takes notifications. */
export const MANAGEMENT: PushApplication = {
  id: DM_APPLICATION,
  mediaTypes: Object.values(NOTIFICATION_FORMATS).map(({ mediaType }) => mediaType),
};

/** The application id that is none in particular. */
const ANY = 'x-wap-application:*';

/**
 * Which application a push is for: the one it names, or the one that takes its media type where it names none. Else why
 * it is for none, in a sentence.
 */
export function applicationOf<A extends PushApplication>(
  { applicationId, contentType }: Pick<ReceivedPush, 'applicationId' | 'contentType'>,
  applications: readonly A[],
): A | string {
  const [name = ''] = contentType.split(';');
  const mediaType = name.trim().toLowerCase();
  const wanted = applicationId?.trim().toLowerCase();
  const takesIt = ({ mediaTypes }: A): boolean => mediaTypes.includes(mediaType);
  if (wanted === undefined || wanted === ANY) {
    return (
      applications.find(takesIt) ?? `nothing on this phone takes ${mediaType || 'a push without a type'}`
    );
  }
  const found = applications.find(({ id }) => id === wanted);
  if (found === undefined) return `there is no application ${wanted} on this phone`;
  return takesIt(found) ? found : `${wanted} takes no ${mediaType || 'push without a type'}`;
}
