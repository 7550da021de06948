#!/bin/bash
# Runs once, on an empty volume: the three logins of ops/dev/cluster.py and their database.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv owner OPS_OWNER_PASSWORD
\getenv web OPS_WEB_PASSWORD
\getenv live OPS_LIVE_PASSWORD
CREATE ROLE opsdeck_owner LOGIN NOSUPERUSER CREATEDB CREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE opsdeck_web LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT PASSWORD :'web';
CREATE ROLE opsdeck_live LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT PASSWORD :'live';
CREATE DATABASE opsdeck OWNER opsdeck_owner;
REVOKE ALL ON DATABASE opsdeck, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE opsdeck TO opsdeck_web, opsdeck_live;
SQL
