// The conversation with the server: one question under way, the newest one next, late answers ignored.

const PATIENCE = 10_000; // ms until a silent server counts as gone
const RETRY = 2_000; // ms until it is asked again

export class Live {
  #next = null;
  #busy = false;
  #sent = 0;
  #stale = 0; // answers up to this number are about what is gone
  #timer = 0;

  constructor(ask, { answered, lost, patience = PATIENCE }) {
    this.ask = ask;
    this.patience = patience;
    this.answered = answered;
    this.lost = lost;
  }

  read(question) {
    this.#next = question;
    this.#pump();
  }

  forget() {
    this.#next = null;
    this.#stale = this.#sent;
  }

  async #pump() {
    if (this.#busy || !this.#next) return;
    clearTimeout(this.#timer);
    const question = this.#next;
    const number = ++this.#sent;
    this.#next = null;
    this.#busy = true;
    const answer = await this.#answer(question);
    this.#busy = false;
    if (number > this.#stale) {
      if (answer) this.answered(answer, question);
      else return this.#retry(question);
    }
    this.#pump();
  }

  async #answer(question) {
    const started = performance.now();
    const silence = new Promise((resolve) => setTimeout(resolve, this.patience));
    try {
      const answer = await Promise.race([this.ask(question), silence]);
      return answer && { ...answer, roundTrip: performance.now() - started };
    } catch {
      return undefined;
    }
  }

  #retry(question) {
    this.lost();
    this.#next ??= question;
    this.#timer = setTimeout(() => this.#pump(), RETRY);
  }
}
