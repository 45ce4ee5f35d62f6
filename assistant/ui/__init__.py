"""The page a patient sees. Streamlit is imported here, in app.py and serve.py only."""
