/** What is left of a contact that was erased, or merged into another: ids, times and states. */

export const emptiedContact = {
  registered: false,
  settled: false,
  role: 'client',
  nameEnc: null,
  nameWords: [],
  birthDateEnc: null,
  timeZone: null,
  locale: null,
  actsFor: [],
  declinedKinds: [],
  openedAt: null,
};

export const emptiedChannel = {
  addressEnc: null,
  addressHash: null,
  reason: null,
  lookAt: null,
  wokenAt: null,
  dispatched: false,
};
