/** Run the unit tests that stand beside the code they prove; pages are driven in a real browser (tests/browser). */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: { environment: 'happy-dom', include: ['shared/**/*.test.ts', 'h5/**/*.test.ts'], restoreMocks: true },
})
