/**
 * Numbers written one after the other, to be read again in the same order: how a book is kept. 8 bytes each, exact,
 * in the byte order of the machine (little-endian on all that Node runs on today).
 */
export class TapeWriter {
  #numbers = new Float64Array(4096);
  #count = 0;

  put(...numbers: readonly number[]): void {
    this.putAll(numbers);
  }

  putAll(numbers: ArrayLike<number>): void {
    const end = this.#count + numbers.length;
    if (end > this.#numbers.length) {
      const longer = new Float64Array(Math.max(end, this.#numbers.length * 2));
      longer.set(this.#numbers.subarray(0, this.#count));
      this.#numbers = longer;
    }
    this.#numbers.set(numbers, this.#count);
    this.#count = end;
  }

  putText(text: string): void {
    this.put(text.length);
    this.putAll(Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)));
  }

  /** A copy of all that was written. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#numbers.slice(0, this.#count).buffer);
  }
}

/** Reads what a `TapeWriter` wrote. Throws RangeError where the tape is too short, or holds what cannot be there. */
export class TapeReader {
  readonly #numbers: Float64Array;
  #next = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.length % 8 !== 0) throw new RangeError(`a tape of ${bytes.length} bytes is cut`);
    // Numbers can be read in place only where they lie on a multiple of their size.
    const { buffer, byteOffset, length } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
    this.#numbers = new Float64Array(buffer, byteOffset, length / 8);
  }

  next(): number {
    return this.nextAll(1)[0]!;
  }

  /** A number that counts something, or tells a place among so many. */
  nextCount(below = Number.MAX_SAFE_INTEGER): number {
    const count = this.next();
    if (!(Number.isInteger(count) && count >= 0 && count < below)) {
      throw new RangeError(`${count} on a tape must be a whole number from 0 below ${below}`);
    }
    return count;
  }

  /** So many numbers, on the tape itself. */
  nextAll(count: number): Float64Array {
    const begin = this.#next;
    this.#next += count;
    if (this.#next > this.#numbers.length)
      throw new RangeError(`a tape ends at ${this.#numbers.length} numbers`);
    return this.#numbers.subarray(begin, this.#next);
  }

  nextText(): string {
    return Array.from(this.nextAll(this.nextCount()), (code) => String.fromCharCode(code)).join('');
  }

  /** Throws RangeError when there is more to read. */
  end(): void {
    const left = this.#numbers.length - this.#next;
    if (left > 0) throw new RangeError(`${left} numbers too many on a tape`);
  }
}
