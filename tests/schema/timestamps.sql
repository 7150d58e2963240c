SET GLOBAL explicit_defaults_for_timestamp = OFF;
