/** The examples of `guest-sdk/examples`, and what each is for. */
export const EXAMPLES: readonly { name: string; what: string; call: string }[] = [
  {
    name: 'filter',
    what: 'Doubles a field of a JSON value when a condition holds, and writes it back.',
    call: 'WASM.CALL filter KEYS user:1 ARGS age >= 18 score',
  },
  {
    name: 'leaderboard',
    what: "Records a player's score and says who stands around it, in one call instead of three.",
    call: 'WASM.CALL leaderboard KEYS board ARGS ada 1200',
  },
  {
    name: 'pricing',
    what: 'Functions with types of their own, which their WIT says: orders, coupons, quotes.',
    call: 'WASM.CALL pricing.set-price ARGS pears 120',
  },
  {
    name: 'rate-limit',
    what: 'Lets a number of requests through in a sliding window.',
    call: 'WASM.CALL rate-limit KEYS limit:ada ARGS 100 60000',
  },
  {
    name: 'stock',
    what: 'Adds commands of its own: what is in stock, under one key for each article.',
    call: 'STOCK.PUT pears 5',
  },
  {
    name: 'top-by-size',
    what: 'Finds the largest of thousands of JSON values, reading them in pages.',
    call: 'WASM.CALL top-by-size ARGS games 2',
  },
  {
    name: 'total',
    what: 'Adds up the numbers at many keys, whose values come with the call.',
    call: 'WASM.CALL total KEYS jan feb mar',
  },
];
