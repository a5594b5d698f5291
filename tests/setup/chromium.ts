// One Chromium for the whole test run. A test file reaches it with `chromium.connect(inject('chromiumUrl'))` and
// makes a context of its own there.
import { chromium } from 'playwright-core';
import type { TestProject } from 'vitest/node';
import { chromiumProgram } from '../../scripts/tools.mjs';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the Chromium of this run listens. Only for `*.chromium.test.ts`. */
    chromiumUrl: string;
  }
}

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default async function setup(project: TestProject) {
  const executablePath = chromiumProgram();
  if (executablePath === undefined)
    throw new Error('Chromium is not installed; `npm test` installs it or leaves these tests out.');
  const browser = await chromium.launchServer({ executablePath, args: ARGUMENTS });
  project.provide('chromiumUrl', browser.wsEndpoint());
  return () => browser.close();
}
