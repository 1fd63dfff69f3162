import type { AnswerReading, AnswerRow, AnswerWriting } from '../../../authority/index.ts'
import type { Connection } from '../connection.ts'
import { prepareOne } from './rows.ts'
import { prepareAdd } from './statements.ts'

export const answerReading = (connection: Connection): AnswerReading => ({
  findAnswer: prepareOne<AnswerRow>(
    connection,
    `SELECT requester, key, request_hash AS requestHash, body, created_at AS createdAt
     FROM answers WHERE requester = ? AND key = ?`,
  ),
})

export const answerWriting = (connection: Connection): AnswerWriting => {
  const put = prepareAdd(
    connection,
    `INSERT INTO answers (requester, key, request_hash, body, created_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (requester, key) DO UPDATE SET request_hash = excluded.request_hash,
     body = excluded.body, created_at = excluded.created_at`,
  )
  const remove = connection.prepare(
    'DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE created_at < ? LIMIT ?)',
  )
  return {
    putAnswer: ({ requester, key, requestHash, body, createdAt }) =>
      put(requester, key, requestHash, body, createdAt),
    removeAnswersBefore: (createdAt, limit) =>
      Promise.resolve(remove.run(createdAt, limit).changes),
  }
}
