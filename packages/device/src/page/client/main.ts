/** The page: the phone that the address names, or the only one; else all of them to choose from. */
import { openPhone, phonesHere, watchPhones } from './api.ts';
import { part } from './dom.ts';
import { HandsetScreen } from './handset.ts';
import { showOverview } from './overview.ts';

const phones = await phonesHere();
const [only] = phones;
const named = new URLSearchParams(location.search).get('phone');
if (named !== null && phones.some(({ id }) => id === named)) {
  part('others').hidden = phones.length < 2;
  new HandsetScreen(openPhone(named));
} else if (only !== undefined && phones.length === 1) new HandsetScreen(openPhone(only.id));
else showOverview(watchPhones);
