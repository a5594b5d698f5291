/**
 * Browser: the home page and bookmarks of a phone's browser.
 *
 * How sure each fact is: that a browser object is registered is known by its title only; neither its description nor
 * its text was at hand. The identifier is formed as all registered ones are. The leaves are the counterparts of what
 * provisioning documents have for browsing (application w2: RESOURCE with NAME, URI and STARTPAGE), under names that
 * follow DMAcc. A device that has others says so in its own description.
 */
import { branchNodes } from '../branch.ts';
import { readToConRef, TO_CON_REF, toConRefNodes } from '../connectivity.ts';
import { interior, leaf, MANAGE } from '../describe.ts';
import { type Fields, fieldNodes, readFields, text } from '../fields.ts';
import { childUri, instanceNode, type ManagementObject, type NodeValue, type TreeReader } from '../object.ts';

const URN = 'urn:oma:mo:oma-browser:1.0';

/** Where Grove's own device keeps the settings of its browser. */
export const BROWSER_URI = './Browser';

export const BROWSER_OBJECT: ManagementObject = {
  urn: URN,
  title: 'Browser',
  ddf: interior(
    undefined,
    MANAGE,
    'ZeroOrMore',
    'Settings of one browsing service',
    [
      leaf('AppID', MANAGE, 'One', 'w2, the application identifier of browsing'),
      leaf('Name', MANAGE, 'ZeroOrOne', 'Name to show'),
      leaf('PrefConRef', MANAGE, 'ZeroOrOne', 'URI of the preferred connectivity object'),
      TO_CON_REF,
      leaf('HomePage', MANAGE, 'ZeroOrOne', 'URL that the browser begins with'),
      interior('Bookmarks', MANAGE, 'ZeroOrOne', 'Pages to go back to', [
        interior(undefined, MANAGE, 'ZeroOrMore', 'One of them', [
          leaf('Name', MANAGE, 'One', 'Name to show'),
          leaf('URI', MANAGE, 'One', 'URL of the page'),
        ]),
      ]),
      interior('Ext', MANAGE, 'ZeroOrOne', 'Extensions by the manufacturer'),
    ],
    { path: BROWSER_URI, types: [URN] },
  ),
};

/** A page to go back to. */
export interface Bookmark {
  readonly name: string;
  /** URL of the page. */
  readonly uri: string;
}

/** Settings of one browsing service. */
export interface Browser {
  /** Name to show. */
  readonly name?: string | undefined;
  /** URI of the preferred connectivity object. */
  readonly prefConRef?: string | undefined;
  /** URL that the browser begins with. */
  readonly homePage?: string | undefined;
  readonly bookmarks?: readonly Bookmark[] | undefined;
  /** URIs of connectivity objects that may be used. */
  readonly toConRef?: readonly string[] | undefined;
}

const FIELDS: Fields<Omit<Browser, 'bookmarks' | 'toConRef'> & { appId: string }> = {
  appId: text('AppID'),
  name: text('Name'),
  prefConRef: text('PrefConRef'),
  homePage: text('HomePage'),
};
const BOOKMARK: Fields<Bookmark> = { name: text('Name'), uri: text('URI') };

/** The application identifier of browsing. */
const APP_ID = 'w2';

/**
 * The nodes of a browser's settings.
 *
 * @param root URI of the instance, `./Browser/Operator`.
 */
export function browserNodes(root: string, browser: Browser): NodeValue[] {
  const bookmarks = (browser.bookmarks ?? []).flatMap((bookmark, index) =>
    fieldNodes(BOOKMARK, childUri(root, `Bookmarks/${index + 1}`), bookmark),
  );
  return [
    instanceNode(root, BROWSER_OBJECT),
    ...branchNodes(root, [...fieldNodes(FIELDS, root, { ...browser, appId: APP_ID }), ...bookmarks]),
    ...toConRefNodes(root, browser.toConRef),
  ];
}

/** A browser's settings as far as they are known; bookmarks of which something is missing are left out. */
export function readBrowser(root: string, tree: TreeReader): Partial<Browser> {
  const { appId: _, ...settings } = readFields(FIELDS, root, tree);
  const at = childUri(root, 'Bookmarks');
  const bookmarks = tree.children(at).flatMap((node): Bookmark[] => {
    const { name, uri } = readFields(BOOKMARK, childUri(at, node), tree);
    return name === undefined || uri === undefined ? [] : [{ name, uri }];
  });
  return { ...settings, ...(bookmarks.length > 0 ? { bookmarks } : {}), ...readToConRef(root, tree) };
}
