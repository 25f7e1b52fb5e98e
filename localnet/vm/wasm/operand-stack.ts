// Owns the greatest size of a function's operand stack, as NEAR counts it; leaves types to the engine's validation.

interface Frame {
  height: number;
  result: number;
  unreachable: boolean;
}

/** Sizes in bytes: 4 for i32 and f32, 8 for i64, f64 and references. Unreachable code counts nothing. */
export class OperandStack {
  private readonly sizes: number[] = [];
  private readonly frames: Frame[] = [{ height: 0, result: 0, unreachable: false }];
  private size = 0;
  max = 0;

  push(size: number): void {
    if (size === 0 || this.top.unreachable) return;
    this.sizes.push(size);
    this.size += size;
    if (this.size > this.max) this.max = this.size;
  }

  pop(count: number): void {
    if (this.top.unreachable) return;
    for (let i = 0; i < count; i++) this.size -= this.sizes.pop() ?? 0;
  }

  enter(result: number): void {
    this.frames.push({ height: this.sizes.length, result, unreachable: this.top.unreachable });
  }

  /** Leaves the frame: its operands go, its result stays. The function's own frame is never left. */
  end(): void {
    const frame = this.leave();
    if (frame !== null) this.push(frame.result);
  }

  else(): void {
    const frame = this.leave();
    if (frame !== null) this.enter(frame.result);
  }

  unreachable(): void {
    this.top.unreachable = true;
  }

  private leave(): Frame | null {
    if (this.frames.length === 1) return null;
    const frame = this.frames.pop() ?? null;
    if (frame !== null) this.pop(this.sizes.length - frame.height);
    return frame;
  }

  private get top(): Frame {
    const frame = this.frames.at(-1);
    if (frame === undefined) throw new Error('the frame of the function itself is never left');
    return frame;
  }
}
