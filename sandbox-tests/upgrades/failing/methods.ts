// Owns the methods of a later version of the contract: those of today's; leaves listing them to that one.
export { METHODS, STANDARDS, TYPES } from '../../../contracts/credit/methods.ts';
