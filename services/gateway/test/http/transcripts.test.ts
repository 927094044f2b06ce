import { runScripts } from "@meerkat/datadriven";
import { transcript } from "./harness/transcript.ts";

runScripts(`${import.meta.dirname}/transcripts`, transcript);
