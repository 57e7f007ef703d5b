/** Zones of the United States: the choice of a practice there. Any other that is already set stays. */
export const timeZones: Readonly<Record<string, string>> = {
  'America/New_York': 'Eastern (New York)',
  'America/Chicago': 'Central (Chicago)',
  'America/Denver': 'Mountain (Denver)',
  'America/Phoenix': 'Arizona (Phoenix)',
  'America/Los_Angeles': 'Pacific (Los Angeles)',
  'America/Anchorage': 'Alaska (Anchorage)',
  'Pacific/Honolulu': 'Hawaii (Honolulu)',
  'America/Puerto_Rico': 'Atlantic (Puerto Rico)',
  'Pacific/Guam': 'Guam',
};

/** ISO 8601 durations, as a practice would choose them. Another one that was set elsewhere stays. */
export const leads = {
  PT0S: 'right before',
  PT12H: '12 hours before',
  P1D: '1 day before',
  P2D: '2 days before',
  P3D: '3 days before',
  P7D: '1 week before',
};
export const lifetimes = {
  P1D: '1 day',
  P3D: '3 days',
  P7D: '1 week',
  P14D: '2 weeks',
  P30D: '30 days',
  P90D: '90 days',
};
