import * as v from 'valibot'
import { readEnvelope } from '../../packages/adapters/src/cfssl-remote/read-envelope.ts'
import { describeFuzz } from '../support/fuzz/describe-fuzz.ts'
import { mutateJson } from '../support/fuzz/mutate-json.ts'

const schema = v.object({ certificate: v.string() })

describeFuzz(
  {
    parser: 'cfssl-answer',
    mutate: mutateJson,
    parse: (input) => {
      const text = input.toString('utf8')
      return readEnvelope('ca', { status: 200, text, time: undefined }, schema)
    },
  },
  ['value', 'ERR_CA_REPLY_INVALID', 'ERR_REQUESTER_NOT_PERMITTED'],
)
