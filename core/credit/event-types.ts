// Owns giving the contract's event vocabulary to the platform; leaves the words themselves to the contract.

export * from '../../contracts/credit/event-types.ts';
