import type { NodeDifference } from '../result.ts';
import type { Place } from './places.ts';
import type { Found } from './reading.ts';
import { shownValue } from './reasons.ts';
import { sameValue } from './values.ts';
import { opOf } from './writing.ts';

/** What is not as it is wanted. What may not be read cannot be compared. */
export function differencesIn(places: readonly Place[], found: readonly (Found | null)[]): NodeDifference[] {
  return places.flatMap((place, index) => differenceIn(place, found[index] ?? null) ?? []);
}

function differenceIn(place: Place, found: Found | null): NodeDifference | undefined {
  const { uri, secret } = place;
  if (found === null || found.there === null) return undefined;
  const value = found.there && !secret ? found.value : undefined;
  const tell = (text: string, wanted?: string): NodeDifference => ({
    uri,
    ...(wanted === undefined || secret ? {} : { wanted }),
    ...(value === undefined ? {} : { found: value }),
    text: `${uri} ${text}`,
  });
  switch (place.kind) {
    case 'absent':
      return found.there ? tell('is there and should not be') : undefined;
    case 'mark':
      return opOf(place, found).next === 'replace' ? tell(`is not ${place.on}`, String(place.on)) : undefined;
    case 'interior':
      return found.there ? undefined : tell('is not there');
    case 'leaf': {
      const { wanted } = place;
      if (!found.there) return tell('is not there', wanted.value);
      if (wanted.policy === 'default' || found.value === undefined || sameValue(wanted, found.value))
        return undefined;
      const is = value === undefined ? 'has another value' : `is ${shownValue(value)}`;
      const instead = secret ? '' : `, not ${shownValue(wanted.value)}`;
      return tell(`${is}${instead}`, wanted.value);
    }
  }
}
