/** How facts are sorted in the audit log, for those who show them. */
export {
  FACT_OBJECTS,
  FACT_SEVERITIES,
  type FactObject,
  type FactSeverity,
  objectOf,
  severityOf,
} from '../domain/facets.ts';
