package dev.marchwarden.service;

/** What to serve with. */
public sealed interface TlsPlan permits DirectoryTlsPlan, SecretTlsPlan {}
