package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.JsonNode;

/** An answer in JSON. */
record Reply(int code, JsonNode body) {}
