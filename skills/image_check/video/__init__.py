"""Video: clips decoded, looked at by the frames' features over time, and watched for alarms."""
