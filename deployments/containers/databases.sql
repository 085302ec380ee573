-- Prefect's server has a database of its own beside the ledger's, which POSTGRES_DB names.
CREATE DATABASE prefect;
