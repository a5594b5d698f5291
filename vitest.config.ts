import { defineConfig } from 'vitest/config';

const project = (name: string, include: string) => ({
  extends: true as const,
  test: { name, include: [include] },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 'packages/*/src/**/*.test.ts'),
      project('conformance', 'tests/conformance/**/*.test.ts'),
      project('interop', 'tests/interop/**/*.test.ts'),
      project('e2e', 'tests/e2e/**/*.test.ts'),
    ],
    passWithNoTests: true,
  },
});
