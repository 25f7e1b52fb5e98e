// Owns a contract that keeps every credit it is sent and does nothing else; leaves sending to the story.
import { assemble } from '../../sandbox-tests/support/near-vm.ts';

export const KEEPER = 'keeper.near';

/** Its answer to a transfer is false, which keeps the credit; to an approval it answers the same. */
export function keeperCode(): Uint8Array {
  const answer = '(call $value_return (i64.const 5) (i64.const 0))';
  return assemble(`(module
    (import "env" "value_return" (func $value_return (param i64 i64)))
    (memory 1)
    (data (i32.const 0) "false")
    (func (export "nft_on_transfer") ${answer})
    (func (export "nft_on_approve") ${answer}))`);
}
