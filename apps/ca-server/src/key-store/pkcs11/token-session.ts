import type { Secret } from '@easycerts/shared/encoding'
import { EasycertsError } from '@easycerts/shared/errors'
import { addDuration, type Clock, seconds } from '@easycerts/shared/time'
import type { Handle } from 'pkcs11js'
import type { Cryptoki } from './cryptoki.ts'
import { isLost, isPinRefused, returnValueOf, tokenError, unavailable } from './token-error.ts'

export interface TokenWish {
  readonly label: string
  readonly pin: Secret<string>
  /** To make keys in it; signing needs to read only. */
  readonly mayWrite: boolean
  readonly clock: Clock
}

// While the token is away every request would begin with a search for it.
const PAUSE_AFTER_FAILURE = seconds(1)

const CKR_ALREADY_INITIALIZED = 0x191
const CKR_USER_ALREADY_LOGGED_IN = 0x100

/**
 * The one session of this process with its token, opened when it is first used. A session that was
 * lost is opened once more for the work at hand; if that fails, work fails at once for a second.
 * A PIN that was refused is never tried again: tokens lock themselves after a few.
 */
export class TokenSession {
  readonly cryptoki: Cryptoki
  readonly #wish: TokenWish
  #session: Handle | undefined
  #refusal: unknown
  #pausedUntil = new Date(0)
  /** Handles of objects are worth nothing in another session. */
  readonly #handles = new Map<string, Handle>()

  constructor(cryptoki: Cryptoki, wish: TokenWish) {
    this.cryptoki = cryptoki
    this.#wish = wish
  }

  get label(): string {
    return this.#wish.label
  }

  /** ERR_PKCS11_UNAVAILABLE, ERR_PKCS11_PIN_REFUSED, or what `work` throws of its own. */
  run<Value>(work: (session: Handle) => Value): Value {
    try {
      return work(this.#current())
    } catch (error) {
      if (!isLost(error)) throw this.#failed(error)
      this.#forget()
    }
    try {
      return work(this.#current())
    } catch (error) {
      if (isLost(error)) this.#pause()
      throw this.#failed(error)
    }
  }

  /** A handle that `find` gives, remembered for as long as this session lives. */
  handleOf(name: string, find: () => Handle): Handle {
    const handle = this.#handles.get(name) ?? find()
    this.#handles.set(name, handle)
    return handle
  }

  close(): void {
    this.#forget()
  }

  #current(): Handle {
    if (this.#session) return this.#session
    if (this.#refusal !== undefined) throw this.#failed(this.#refusal)
    if (this.#wish.clock() < this.#pausedUntil) throw unavailable(this.label, 'it is away')
    try {
      return (this.#session = this.#open())
    } catch (error) {
      if (isPinRefused(error)) this.#refusal = error
      this.#pause()
      throw this.#failed(error)
    }
  }

  /** The module is started afresh: most know a token that comes back only then. */
  #open(): Handle {
    const { library, module } = this.cryptoki
    tolerate(CKR_ALREADY_INITIALIZED, () =>
      module.C_Initialize({ flags: library.CKF_OS_LOCKING_OK }),
    )
    const access = this.#wish.mayWrite ? library.CKF_RW_SESSION : 0
    const session = module.C_OpenSession(this.#findSlot(), library.CKF_SERIAL_SESSION | access)
    tolerate(CKR_USER_ALREADY_LOGGED_IN, () =>
      module.C_Login(session, library.CKU_USER, this.#wish.pin.reveal()),
    )
    return session
  }

  #findSlot(): Handle {
    const { module } = this.cryptoki
    const slots = module
      .C_GetSlotList(true)
      .filter((slot) => module.C_GetTokenInfo(slot).label.trimEnd() === this.label)
    const [slot, second] = slots
    if (!slot) throw unavailable(this.label, 'no slot holds it')
    if (second) throw unavailable(this.label, 'several tokens have this label')
    return slot
  }

  #forget(): void {
    this.#session = undefined
    this.#handles.clear()
    try {
      this.cryptoki.module.C_Finalize()
    } catch {
      // It was not started, or is beyond being ended: the next start of it will tell.
    }
  }

  #pause(): void {
    this.#forget()
    this.#pausedUntil = addDuration(this.#wish.clock(), PAUSE_AFTER_FAILURE)
  }

  #failed(error: unknown): unknown {
    return error instanceof EasycertsError ? error : tokenError(this.label, error)
  }
}

const tolerate = (returnValue: number, call: () => void): void => {
  try {
    call()
  } catch (error) {
    if (returnValueOf(error) !== returnValue) throw error
  }
}
