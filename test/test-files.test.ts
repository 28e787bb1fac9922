import { describe, expect, inject, it } from 'vitest'
import { differences, testFilesOnDisk } from './test-files.ts'

// That they also ran is known when all is over: test-files.global-setup.ts compares again then.
describe('the test files on disk', () => {
  it('are those that the configuration includes', () => {
    expect(differences(testFilesOnDisk(), inject('includedTestFiles'))).toEqual([])
    expect(testFilesOnDisk()).toContain('test/test-files.test.ts')
  })
})

describe('differences', () => {
  it('names a file that did not run, and one that is not there', () => {
    expect(differences(['a.test.ts', 'b.test.ts'], ['b.test.ts', 'c.test.ts'])).toEqual([
      'a.test.ts is on disk and did not run',
      'c.test.ts ran and is not on disk',
    ])
  })

  it('is empty for the same files in another order', () => {
    expect(differences(['a.test.ts', 'b.test.ts'], ['b.test.ts', 'a.test.ts'])).toEqual([])
  })
})
