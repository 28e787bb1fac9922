import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { closePages, startPages, stopPages } from './page.fixture.ts'
import { answerSuite } from './page-answer.suite.ts'
import { failureSuite } from './page-failure.suite.ts'
import { lookSuite } from './page-look.suite.ts'
import { pictureSuite } from './page-picture.suite.ts'
import { safetySuite } from './page-safety.suite.ts'
import { sendingSuite } from './page-sending.suite.ts'

// The suites are no test files of their own: each would start a browser, and on a new machine all would install it at once.
beforeAll(startPages, 240_000)
afterEach(closePages)
afterAll(stopPages)

describe('The page', { timeout: 60_000 }, () => {
  answerSuite()
  pictureSuite()
  sendingSuite()
  failureSuite()
  lookSuite()
  safetySuite()
})
