import { CfsslFailure } from '@easycerts/cfssl/protocol'

/** Works that connect to elsewhere at one time: the door is no engine for a flood. */
const MOST_AT_ONCE = 4

let underWay = 0

export const outboundTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  if (underWay >= MOST_AT_ONCE)
    throw new CfsslFailure(503, 503, 'too many connections to elsewhere at once')
  underWay += 1
  try {
    return await work()
  } finally {
    underWay -= 1
  }
}
