// Owns the errors of transactions and receipts in the JSON that NEAR's clients read; leaves when they happen to the rules.
// A u64 is a bigint and becomes a JSON number; balances are decimal strings, as NEAR writes them.
import type { MethodError } from '../vm/failure.ts';

type U64 = bigint;
type Yocto = string;

export type InvalidAccessKeyError =
  | { AccessKeyNotFound: { account_id: string; public_key: string } }
  | { ReceiverMismatch: { tx_receiver: string; ak_receiver: string } }
  | { MethodNameMismatch: { method_name: string } }
  | 'RequiresFullAccess'
  | { NotEnoughAllowance: { account_id: string; public_key: string; allowance: Yocto; cost: Yocto } }
  | 'DepositWithFunctionCall';

export type ActionsValidationError =
  | 'DeleteActionMustBeFinal'
  | 'DelegateActionMustBeOnlyOne'
  | 'FunctionCallZeroAttachedGas'
  | 'FunctionCallEmptyMethodName'
  | { TotalPrepaidGasExceeded: { total_prepaid_gas: U64; limit: U64 } }
  | { TotalNumberOfActionsExceeded: { total_number_of_actions: U64; limit: U64 } }
  | { TotalNumberOfDeployActionsExceeded: { number_of_deploy_actions: U64; limit: U64 } }
  | { AddKeyMethodNamesNumberOfBytesExceeded: { total_number_of_bytes: U64; limit: U64 } }
  | { AddKeyMethodNameLengthExceeded: { length: U64; limit: U64 } }
  | { InvalidAccountId: { account_id: string } }
  | { ContractSizeExceeded: { size: U64; limit: U64 } }
  | { FunctionCallMethodNameLengthExceeded: { length: U64; limit: U64 } }
  | { FunctionCallArgumentsLengthExceeded: { length: U64; limit: U64 } }
  | { UnsupportedProtocolFeature: { protocol_feature: string; version: U64 } };

export type ReceiptValidationError =
  | { ReturnedValueLengthExceeded: { length: U64; limit: U64 } }
  | { NumberInputDataDependenciesExceeded: { number_of_input_data_dependencies: U64; limit: U64 } }
  | { ActionsValidation: ActionsValidationError }
  | { ReceiptSizeExceeded: { size: U64; limit: U64 } };

export type InvalidTxError =
  | { InvalidAccessKeyError: InvalidAccessKeyError }
  | { SignerDoesNotExist: { signer_id: string } }
  | { InvalidNonce: { tx_nonce: U64; ak_nonce: U64 } }
  | { NonceTooLarge: { tx_nonce: U64; upper_bound: U64 } }
  | 'InvalidSignature'
  | { NotEnoughBalance: { signer_id: string; balance: Yocto; cost: Yocto } }
  | { LackBalanceForState: { signer_id: string; amount: Yocto } }
  | 'CostOverflow'
  | 'InvalidChain'
  | 'Expired'
  | { ActionsValidation: ActionsValidationError }
  | { TransactionSizeExceeded: { size: U64; limit: U64 } };

export type FunctionCallError =
  | { CompilationError: { CodeDoesNotExist: { account_id: string } } | { PrepareError: string } }
  | { MethodResolveError: MethodError }
  | { ExecutionError: string };

export type ActionErrorKind =
  | { AccountAlreadyExists: { account_id: string } }
  | { AccountDoesNotExist: { account_id: string } }
  | {
      CreateAccountOnlyByRegistrar: {
        account_id: string;
        registrar_account_id: string;
        predecessor_id: string;
      };
    }
  | { CreateAccountNotAllowed: { account_id: string; predecessor_id: string } }
  | { OnlyImplicitAccountCreationAllowed: { account_id: string } }
  | { ActorNoPermission: { account_id: string; actor_id: string } }
  | { DeleteKeyDoesNotExist: { account_id: string; public_key: string } }
  | { AddKeyAlreadyExists: { account_id: string; public_key: string } }
  | { DeleteAccountStaking: { account_id: string } }
  | { DeleteAccountWithLargeState: { account_id: string } }
  | { LackBalanceForState: { account_id: string; amount: Yocto } }
  | { FunctionCallError: FunctionCallError }
  | { NewReceiptValidationError: ReceiptValidationError }
  | 'DelegateActionInvalidSignature'
  | 'DelegateActionExpired'
  | { DelegateActionSenderDoesNotMatchTxReceiver: { sender_id: string; receiver_id: string } }
  | { DelegateActionAccessKeyError: InvalidAccessKeyError }
  | { DelegateActionInvalidNonce: { delegate_nonce: U64; ak_nonce: U64 } }
  | { DelegateActionNonceTooLarge: { delegate_nonce: U64; upper_bound: U64 } };

/** `index` names the action at fault; null where the receipt as a whole failed. */
export interface ActionError {
  index: U64 | null;
  kind: ActionErrorKind;
}

export type TxExecutionError = { ActionError: ActionError } | { InvalidTxError: InvalidTxError };
