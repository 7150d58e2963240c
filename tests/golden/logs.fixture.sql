-- A second database, for the pool `log`.
CREATE DATABASE IF NOT EXISTS golden_log;
